-- Connectors that were deleted stay as a mark, so that their id never means another; the first choice of each type is one.
ALTER TABLE connectors ADD COLUMN deleted BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE connectors ADD COLUMN preferred BOOLEAN NOT NULL DEFAULT FALSE;

UPDATE connectors SET preferred = TRUE
WHERE connector_id = (
    SELECT MIN(other.connector_id) FROM connectors AS other
    WHERE other.account_id = connectors.account_id AND other.type = connectors.type
      AND other.configuration LIKE '%"preferred":true%'
);

CREATE UNIQUE INDEX connectors_preferred ON connectors (account_id, type) WHERE preferred;
