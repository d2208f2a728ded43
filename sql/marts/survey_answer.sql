-- grain: one row per answer to a survey up to the as-of date
-- purpose: customer satisfaction; whom an answer is about says the answer, else its customer
-- $1 is the as-of date
with
answers as (
    select * from satisfaction
    where answered_on <= $1
),

accounts as (select * from account)

select
    answers.answered_on as occurred_on,
    cast(null as varchar) as region,
    coalesce(answers.rep_id, accounts.owner_rep_id) as rep_id,
    answers.product_line,
    answers.channel,
    answers.account_id,
    answers.response_id,
    answers.score
from answers
left join accounts on answers.account_id = accounts.account_id
