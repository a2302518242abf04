-- For each checkout step: how many transactions reached it, and how many went no further and were not submitted.
with reached as (
  select merchant, "transaction", step, min(event_ts) as reached_ts
  from logs_all
  where dt between '2026-03-01' and '2026-03-02' and code % 1000 = 103
  group by merchant, "transaction", step
),
last_step as (
  select merchant, "transaction", max_by(step, reached_ts) as step
  from reached
  group by merchant, "transaction"
),
submitted as (
  select distinct merchant, "transaction"
  from logs_all
  where dt between '2026-03-01' and '2026-03-02' and code % 1000 in (110, 111)
)
select
  r.merchant,
  r.step,
  count(*) as reached,
  count(*) filter (where l.step = r.step and s.merchant is null) as left_here,
  round(100e0 * count(*) filter (where l.step = r.step and s.merchant is null) / count(*), 1) as left_pct
from reached r
join last_step l on l.merchant = r.merchant and l."transaction" = r."transaction"
left join submitted s on s.merchant = r.merchant and s."transaction" = r."transaction"
group by r.merchant, r.step
order by r.merchant, reached desc, r.step
