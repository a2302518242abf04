-- What happened last before a transaction was given up (113): the five logs before, and how many transactions ended that way.
with abandoned as (
  select merchant, "transaction", min(event_ts) as abandoned_ts
  from logs_all
  where dt between '2026-03-01' and '2026-03-02' and code % 1000 = 113
  group by merchant, "transaction"
),
before as (
  select
    l.merchant,
    l."transaction",
    coalesce(c.name, cast(l.code as varchar)) as name,
    row_number() over (
      partition by l.merchant, l."transaction"
      order by l.event_ts desc, l.session desc, l.log_seq desc
    ) as n
  from logs_all l
  join abandoned a on a.merchant = l.merchant and a."transaction" = l."transaction"
  left join log_codes c on c.code = l.code
  where l.dt between '2026-03-01' and '2026-03-02' and l.event_ts < a.abandoned_ts
),
ending as (
  select
    merchant,
    "transaction",
    max(name) filter (where n = 5) as fifth_last,
    max(name) filter (where n = 4) as fourth_last,
    max(name) filter (where n = 3) as third_last,
    max(name) filter (where n = 2) as second_last,
    max(name) filter (where n = 1) as last
  from before
  where n <= 5
  group by merchant, "transaction"
)
select fifth_last, fourth_last, third_last, second_last, last, count(*) as transactions
from ending
group by fifth_last, fourth_last, third_last, second_last, last
order by transactions desc, last, second_last
