-- Purpose: the one schema of the published contract. Grain: none.
create schema if not exists finance_file.finance
