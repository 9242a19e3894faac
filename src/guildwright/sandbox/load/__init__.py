"""Load: people who talk, command and join at a given rate, and how long the bot takes to answer them."""
