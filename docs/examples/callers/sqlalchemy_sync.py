import os
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from pgcredits import InsufficientCredits, Reservation
from pgcredits.sync import Credits

engine = create_engine(make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg"))
profile, job = uuid4(), uuid4()

# In the session's transaction: the credits and your own row commit or vanish together.
with Session(engine) as session, session.begin():
    client = Credits(session)
    client.open_profile(profile, credits_remaining=500, addon_credits=5000)
    session.execute(text("insert into orders values (:id, 'a poem')"), {"id": job})
    taken = client.reserve_credits(profile, job, 2000, meta={"model": "large"})
print("took", taken.monthly_deducted + taken.addon_deducted)

# A refusal undoes the whole transaction, or only its own call with savepoints=True.
with Session(engine) as session, session.begin():
    client = Credits(session, savepoints=True)
    try:
        client.reserve_credits(profile, uuid4(), 9000)
    except InsufficientCredits as refusal:
        print("refused:", refusal.token, refusal.required, refusal.available)
    jobs = [{"profile_id": profile, "job_id": uuid4(), "cost": cost} for cost in (5, 9000)]
    answers = client.reserve_credits_many(jobs)
for answer in answers:
    print(f"{answer.new_balance} left" if isinstance(answer, Reservation) else answer.token)
