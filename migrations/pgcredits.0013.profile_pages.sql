-- depends: pgcredits.0012.storage
-- Room for three more versions of a profile on its page. Calls that wait for a profile keep the
-- versions alive that they may still have to look at; where those fill the page, an update goes to
-- another one and into the index (measured: 9 of 10 updates of batches that wait for each other,
-- and two of ten with this). A profile takes half a kilobyte, less than one job.
-- Lock: profiles in a mode that lets everybody read and write. Pages that there are stay as they
-- are until they are rewritten.

alter table credits.profiles set (fillfactor = 25);
