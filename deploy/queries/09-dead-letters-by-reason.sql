-- What was given up, by whom and why. Anything but zero rows wants a look (docs/lake.md, dead letters).
select
  dt,
  stage,
  reason,
  count(*) as letters,
  sum(bytes) as bytes,
  min(received_ms) as first_ms,
  max(received_ms) as last_ms
from dead_letter
where dt between '2026-03-01' and '2026-03-02'
group by dt, stage, reason
order by dt, letters desc, stage, reason
