"""The mutants: each rule once, by the name of what would go wrong, below the place where it stands.

An edit is as short as it can be and still fit one place, so that only a change of the rule itself
changes it. A place that is a function includes what it calls: name the public function, unless the
rule has a function of its own. The comment above a group says which kind of bug the field has seen
there.
"""

from __future__ import annotations

from fire.mutants.catalogue.around import AROUND
from fire.mutants.catalogue.batches import BATCHES
from fire.mutants.catalogue.buckets import BUCKETS
from fire.mutants.catalogue.calls import CALLS
from fire.mutants.catalogue.events import EVENTS
from fire.mutants.catalogue.jobs import JOBS
from fire.mutants.catalogue.limits import LIMITS
from fire.mutants.catalogue.moves import MOVES
from fire.mutants.catalogue.past import PAST
from fire.mutants.catalogue.plans import PLANS
from fire.mutants.catalogue.returns import RETURNS
from fire.mutants.catalogue.shards import SHARDS
from fire.mutants.catalogue.usage import USAGE
from fire.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (
    *JOBS,
    *BUCKETS,
    *AROUND,
    *BATCHES,
    *RETURNS,
    *CALLS,
    *PAST,
    *PLANS,
    *MOVES,
    *EVENTS,
    *LIMITS,
    *USAGE,
    *SHARDS,
)
