package io.reprise.lease;

class MemoryLeasesTest extends LeaseStoreContract {
    private long nowMs;
    private final LeaseStore leases = new MemoryLeases(() -> nowMs);

    @Override
    protected LeaseStore store() {
        return leases;
    }

    @Override
    protected void pass(long ms) {
        nowMs += ms;
    }
}
