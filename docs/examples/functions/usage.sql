-- All that jobs took and gave back, and of which models.
select jobs, consumed, returned, net, monthly_net, addon_net
  from credits.usage('11111111-1111-4111-8111-111111111111');
select label, jobs, net
  from credits.usage('11111111-1111-4111-8111-111111111111', by => 'meta.model');
