package dev.merit.router.routes;

import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Endpoint;
import dev.merit.router.tools.Toolbox;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every resource of the API. A new one adds its class here and its file to the document. */
public final class AllRoutes {
    private AllRoutes() {}

    /** operationId → endpoint, for all operations but those of the document itself. */
    public static Map<String, Endpoint> endpoints(Bus bus, InstantSource clock, Toolbox toolbox) {
        List<Routes> all = List.of(
                new HealthRoutes(clock),
                new ToolRoutes(toolbox),
                new PartnerRoutes(bus),
                new MemberRoutes(bus),
                new KeyRoutes(bus),
                new OwnKeyRoutes(bus),
                new AuditRoutes(bus),
                new ClubRoutes(bus),
                new StaffRoutes(bus),
                new PartnerMemberRoutes(bus),
                new CardRoutes(bus),
                new RewardRoutes(bus),
                new VoucherRoutes(bus),
                new TierRoutes(bus),
                new TransactionRoutes(bus),
                new CorrectionRoutes(bus),
                new ClaimRoutes(bus),
                new WalletRoutes(bus),
                new StampCardRoutes(bus),
                new DiscoveryRoutes(bus),
                new AnalyticsRoutes(bus));
        Map<String, Endpoint> endpoints = new HashMap<>();
        for (Routes routes : all) {
            routes.endpoints().forEach((id, endpoint) -> {
                if (endpoints.put(id, endpoint) != null) {
                    throw new IllegalStateException(id + " is answered twice");
                }
            });
        }
        return Map.copyOf(endpoints);
    }
}
