from uuid import uuid4

from django.db import connection, transaction

from pgcredits import InsufficientCredits, Reservation
from pgcredits.sync import Credits

client = Credits(connection)
profile, job = uuid4(), uuid4()
client.open_profile(profile, credits_remaining=500, addon_credits=5000)

# In your transaction: the credits and your own row commit or vanish together.
with transaction.atomic():
    with connection.cursor() as cursor:  # or a model of yours
        cursor.execute("insert into orders values (%s, 'a poem')", [job])
    taken = client.reserve_credits(profile, job, 2000, meta={"model": "large"})
print("took", taken.monthly_deducted + taken.addon_deducted)

# A refusal undoes the whole transaction, or only its own call with savepoints=True.
with transaction.atomic():
    try:
        Credits(connection, savepoints=True).reserve_credits(profile, uuid4(), 9000)
    except InsufficientCredits as refusal:
        print("refused:", refusal.token, refusal.required, refusal.available)

jobs = [{"profile_id": profile, "job_id": uuid4(), "cost": cost} for cost in (5, 9000)]
for answer in client.reserve_credits_many(jobs):
    print(f"{answer.new_balance} left" if isinstance(answer, Reservation) else answer.token)
