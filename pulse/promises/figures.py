"""How often somebody who watches the server live links a person to answers, in percent of ballots.

The one place for these figures. They are those of the design study, from a prototype of the
protocol: 30 waves of 200 simulated people. The command that attacks the product itself is named
beside them on the page.
"""

SAME_VISIT = 79.0  # ballot taken and cast in one visit
EARLIER_VISIT = 1.6  # ballot taken in an independent earlier visit
CHANCE = 1.3  # by guessing
COMMAND = "./dev attack"
ARE_MEASURED = False  # whether the command has measured them on the product itself
