-- purpose: to leave the memory that the documents took
drop table document_row
