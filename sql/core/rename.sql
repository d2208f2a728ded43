-- Purpose: a table that was filled aside becomes the core table of its entity.
alter table {{ table | quoted }} rename to {{ entity | quoted }}
