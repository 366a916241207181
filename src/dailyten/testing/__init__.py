"""What tests and `dailyten demo` stand on instead of the world: a feed server, a mail sink, a mailbox, a clock."""
