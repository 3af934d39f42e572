package catalog

// Date is that of the newest price that is embedded, YYYY-MM-DD.
const Date = "2026-07-30"
