"""Who may come in, and the record of who did what: values and files. It knows no web and no SQL."""
