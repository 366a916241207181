"""What tests and `dailyten demo` stand on instead of the world: a feed server, a mail sink and a clock."""
