from hypothesis import settings

settings.register_profile("parse", deadline=None)
settings.load_profile("parse")
