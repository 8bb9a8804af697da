"""Equal parties write, approve and issue one joint standard: a Django site on the engine (extra `workbench`)."""
