package io.reprise.mcp;

import io.reprise.account.McpSignInStore;
import io.reprise.account.McpSignInStoreContract;

class MemorySignInStoreTest extends McpSignInStoreContract {
    private final McpSignInStore store = new MemorySignInStore();

    @Override
    protected McpSignInStore store() {
        return store;
    }
}
