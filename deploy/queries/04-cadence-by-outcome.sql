-- How people typed, by how the transaction ended. Reads `transactions`, which is some hundred times smaller than the logs.
select
  outcome,
  count(*) as transactions,
  count(flight_p50_ms) as with_cadence,
  round(avg(dwell_p50_ms), 1) as dwell_p50_ms,
  round(avg(flight_p50_ms), 1) as flight_p50_ms,
  round(avg(flight_cv_pct), 1) as flight_cv_pct,
  round(avg(corrections), 2) as corrections,
  count(*) filter (where inhuman_cadences > 0 or scripted > 0) as not_by_hand
from transactions
where dt between '2026-03-01' and '2026-03-02'
group by outcome
order by transactions desc, outcome
