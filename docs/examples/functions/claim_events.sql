-- What there is to tell: for five minutes nobody else gets it.
select kind, payload ->> 'amount' as amount, attempts
  from credits.claim_events(max_events => 10, lease => '5 minutes');
