from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from dailyten.deliver.http import tell_hub


def test_a_hub_gets_the_addresses_of_the_feeds_that_changed(httpserver: HTTPServer) -> None:
    came: list[list[str]] = []

    def take(request: Request) -> Response:
        came.append([*request.form.getlist("hub.mode"), *request.form.getlist("hub.url")])
        return Response(status=204)

    httpserver.expect_request("/hub", method="POST").respond_with_handler(take)

    said = tell_hub(httpserver.url_for("/hub"), ["https://a.example/feed.xml", "https://a.example/feed.json"])

    assert said == ""
    assert came == [["publish", "https://a.example/feed.xml", "https://a.example/feed.json"]]


def test_a_hub_that_refuses_or_is_not_there_is_told_in_words(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hub").respond_with_data("no", status=500)

    assert tell_hub(httpserver.url_for("/hub"), ["https://a.example/feed.xml"]) == "it answered 500"
    assert "could not be reached" in tell_hub("http://127.0.0.1:9/", ["https://a.example/feed.xml"])
