import os
from uuid import uuid4

from supabase import create_client

from pgcredits import InsufficientCredits, Reservation
from pgcredits.sync import Credits  # with acreate_client: from pgcredits import Credits

supabase = create_client(os.environ["SUPABASE_URL"], os.environ["SUPABASE_SERVICE_KEY"])
client = Credits(supabase)
profile, job = uuid4(), uuid4()
client.open_profile(profile, credits_remaining=500, addon_credits=5000)

# Each call is a request, and a transaction of its own.
taken = client.reserve_credits(profile, job, 2000, meta={"model": "large"})
print("took", taken.monthly_deducted + taken.addon_deducted)

try:
    client.reserve_credits(profile, uuid4(), 9000)
except InsufficientCredits as refusal:
    print("refused:", refusal.token, refusal.required, refusal.available)

jobs = [{"profile_id": profile, "job_id": uuid4(), "cost": cost} for cost in (5, 9000)]
for answer in client.reserve_credits_many(jobs):
    print(f"{answer.new_balance} left" if isinstance(answer, Reservation) else answer.token)
