-- Timeline of one transaction: every log in order, with names for the numbers.
-- Give the merchant, the transaction and the days around it; with `and l.shard = …` (see merchants) Athena reads one folder a day.
select
  l.event_ts - min(l.event_ts) over () as since_start_ms,
  coalesce(c.class, 'unknown') as class,
  coalesce(c.label, cast(l.code as varchar)) as event,
  f.name as field,
  m.name as method,
  l.step,
  l.duration_ms,
  l.session,
  l.log_seq
from logs_all l
left join log_codes c on c.code = l.code
left join field_classes f on f.field = l.field
left join attribute_values m on m.attribute = 'method' and m.value = l.method
where l.dt between '2026-03-01' and '2026-03-02'
  and l.merchant = '00112233445566ff'
  and l."transaction" = 'order_1003'
order by l.event_ts, l.session, l.log_seq
