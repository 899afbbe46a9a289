"""How often somebody who watches the server live links a person to answers, in percent of ballots.

The one place for these figures on pages. They are those of the table "An operator who watches live"
in docs/privacy/attacks.md, which the command fills: 30 months, three quarters of the people take
their ballot by the result mail. A test compares the two.
"""

SAME_VISIT = 99.8  # the fallback link: ballot taken and cast in one visit
EARLIER_VISIT = 1.7  # ballot taken in an earlier visit
WITH_HABITS = 2.5  # the same, if people keep their hours and their place in the order
CHANCE = 1.3  # by guessing
COMMAND = "./dev attack live"
