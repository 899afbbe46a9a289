// The first of two visits: a credential for later, kept in this browser.

import { alone, obtainCredential, recordOf, Refusal } from "./ballot.js";
import { requireKeys } from "./notice.js";
import { dropRecord } from "./store.js";

// Resolves when this browser keeps the credential; throws a Refusal else.
export function take(name, { page, group, mode, code, onRetry }) {
  return alone(async () => {
    const record = recordOf(name, { page, group, mode });
    try {
      if (!record.credential) await requireKeys(page);
      if (!record.credential) await obtainCredential(name, record, { page, code, onRetry });
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(error.reason ?? "refused");
      if (["code_unknown", "code_used", "closed"].includes(refusal.reason)) dropRecord(name);
      throw refusal;
    }
  });
}
