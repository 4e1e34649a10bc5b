select credits.finish_events(
         array['88888888-8888-4888-8888-888888888888:1:topup.requested'
               ':topup-88888888-8888-4888-8888-888888888888-1']);
