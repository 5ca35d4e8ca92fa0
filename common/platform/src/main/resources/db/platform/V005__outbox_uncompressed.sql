-- Payloads live for a moment. Compressing each row, only to read and delete it soon after, costs more than writing its
-- events; kept apart from the row they are also not written again when it is marked.
ALTER TABLE platform.outbox ALTER COLUMN payloads SET STORAGE EXTERNAL;
