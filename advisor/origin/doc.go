package origin
