-- Functions may be asked by everybody unless one says otherwise. This one is granted as tables are.
REVOKE ALL ON FUNCTION ledger.holdings(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.holdings(uuid, integer) TO merit_app;
