package catalog

// Date is the date of the newest embedded price, YYYY-MM-DD.
const Date = "2026-07-30"
