-- Logs that are stored more than once: in `logs` until compaction, never in `logs_all`. More than a few say that a collector restarts often.
select
  dt,
  merchant,
  count(*) as stored,
  count(distinct session || '/' || cast(log_seq as varchar)) as logs,
  count(*) - count(distinct session || '/' || cast(log_seq as varchar)) as doubles
from logs
where dt between '2026-03-01' and '2026-03-02'
group by dt, merchant
order by dt, merchant
