import os
from uuid import uuid4

import psycopg

from pgcredits import InsufficientCredits, Reservation
from pgcredits.sync import Credits

profile, job = uuid4(), uuid4()
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
    client = Credits(connection)
    client.open_profile(profile, credits_remaining=500, addon_credits=5000)

    # In your transaction: the credits and your own row commit or vanish together.
    with connection.transaction():
        connection.execute("insert into orders values (%s, 'a poem')", [job])
        taken = client.reserve_credits(profile, job, 2000, meta={"model": "large"})
    print("took", taken.monthly_deducted + taken.addon_deducted)

    try:
        client.reserve_credits(profile, uuid4(), 9000)
    except InsufficientCredits as refusal:
        print("refused:", refusal.token, refusal.required, refusal.available)

    jobs = [{"profile_id": profile, "job_id": uuid4(), "cost": cost} for cost in (5, 9000)]
    for answer in client.reserve_credits_many(jobs):
        print(f"{answer.new_balance} left" if isinstance(answer, Reservation) else answer.token)
