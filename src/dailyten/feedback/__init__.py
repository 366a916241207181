"""What readers may do with one click, and no login: the signed links of a mail."""
