-- purpose: the one schema of the published contract
create schema if not exists finance_file.finance
