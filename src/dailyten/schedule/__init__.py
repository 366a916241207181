"""The clock of `dailyten serve`: a beat every half minute, by APScheduler. It decides nothing; the pipeline does."""
