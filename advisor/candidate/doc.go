package candidate
