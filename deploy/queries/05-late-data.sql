-- How late logs came, by receive day: out of outboxes, and by lag.
select
  dt,
  count(*) as logs,
  count(*) filter (where late) as from_outbox,
  count(*) filter (where lag_ms > 60000) as over_a_minute,
  count(*) filter (where lag_ms > 3600000) as over_an_hour,
  max(lag_ms) as longest_ms
from logs_all
where dt between '2026-03-01' and '2026-03-02'
group by dt
order by dt
