"""What asking models costs: a call, the ledger of calls, and the caps that stop the next one."""
