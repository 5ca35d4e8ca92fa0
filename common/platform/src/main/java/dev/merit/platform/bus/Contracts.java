package dev.merit.platform.bus;

import dev.merit.contracts.Acknowledged;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Problem;
import dev.merit.contracts.discovery.DiscoveryRequest;
import dev.merit.contracts.keys.KeysRequest;
import dev.merit.contracts.points.LiveCardsRequest;
import dev.merit.contracts.points.PointsRequest;
import dev.merit.contracts.points.WalletRequest;
import dev.merit.contracts.registry.RegistryRequest;
import dev.merit.contracts.stamps.LiveStampCardsRequest;
import dev.merit.contracts.stamps.StampsRequest;
import dev.merit.contracts.vouchers.LiveVouchersRequest;
import dev.merit.contracts.vouchers.VouchersRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every type that may travel on the bus. A new domain adds its sealed root here and nothing else. */
public final class Contracts {
    private static final List<Class<?>> ROOTS = List.of(
            KeysRequest.class,
            RegistryRequest.class,
            PointsRequest.class,
            WalletRequest.class,
            StampsRequest.class,
            VouchersRequest.class,
            LiveCardsRequest.class,
            LiveStampCardsRequest.class,
            LiveVouchersRequest.class,
            DiscoveryRequest.class,
            Notice.class);
    private static final List<Class<? extends Record>> SHARED =
            List.of(Problem.class, Deleted.class, Acknowledged.class);

    private Contracts() {}

    /** Tag on the wire → record type: {@code points.Purchase} for a record nested in a domain's root. */
    public static Map<String, Class<? extends Record>> byTag() {
        var types = new LinkedHashMap<String, Class<? extends Record>>();
        for (Class<? extends Record> type : SHARED) {
            types.put(type.getSimpleName(), type);
        }
        for (Class<?> root : ROOTS) {
            for (Class<? extends Record> type : nested(root)) {
                types.put(domain(root) + '.' + type.getSimpleName(), type);
            }
        }
        return Collections.unmodifiableMap(types);
    }

    private static List<Class<? extends Record>> nested(Class<?> root) {
        var records = new ArrayList<Class<? extends Record>>();
        for (Class<?> type : root.getDeclaredClasses()) {
            if (type.isRecord()) {
                records.add(type.asSubclass(Record.class));
            }
        }
        records.sort((a, b) -> a.getSimpleName().compareTo(b.getSimpleName()));
        return records;
    }

    private static String domain(Class<?> root) {
        String of = root.getPackageName();
        return of.equals(Notice.class.getPackageName()) ? "notice" : of.substring(of.lastIndexOf('.') + 1);
    }
}
