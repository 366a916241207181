"""Names of months as publishers write them. Data, and one dictionary made of it."""

# ruff: noqa: RUF001 - months stand here in their own letters

_NAMES = """
1 january jan janvier janv januar jänner jän enero ene gennaio gen janeiro januari styczeń stycznia sty января
1 январь янв ocak oca ledna
2 february feb février févr fév fevrier fevr februar febrero febbraio fevereiro fev februari luty lutego февраля
2 февраль фев şubat şub febr
3 march mar mars märz maerz mär mrz marzo março maart mrt marca marzec marts марта март мар mart
4 april apr avril avr abril abr aprile kwietnia kwiecień апреля апрель апр nisan nis
5 may mai mayo maggio mag maio mei maj maja мая май mayıs
6 june jun juin juni junio giugno giu junho czerwca czerwiec cze июня июнь июн haziran haz
7 july jul juillet juil juli julio luglio lug julho lipca lipiec lip июля июль июл temmuz tem
8 august aug août aout agosto ago augustus augusti sierpnia sierpień sie августа август авг ağustos ağu
9 september sep sept septembre septiembre settembre setembro set września wrzesień wrz сентября сентябрь сен сент
9 eylül eyl
10 october oct octobre oktober okt octubre ottobre ott outubro out października październik paź октября октябрь
10 окт ekim eki
11 november nov novembre noviembre novembro listopada listopad ноября ноябрь ноя kasım kas
12 december dec décembre déc decembre dezember dez diciembre dic dicembre dezembro desember des grudnia grudzień gru
12 декабря декабрь дек aralık ara
1 ιαν
2 φεβ
3 μάρ μαρ
4 απρ
5 μάι μαϊ μαι
6 ιούν ιουν
7 ιούλ ιουλ
8 αύγ αυγ
9 σεπ
10 οκτ
11 νοέ νοε
12 δεκ
"""
MONTHS = {name: int(line.split()[0]) for line in _NAMES.strip().splitlines() for name in line.split()[1:]}
"""English, French, German, Spanish, Italian, Portuguese, Dutch, Nordic, Polish, Russian and Turkish names and short
Greek ones, each of which means one month only; "listopad" is the Polish one (November), for Croatian feeds write
numbers."""
