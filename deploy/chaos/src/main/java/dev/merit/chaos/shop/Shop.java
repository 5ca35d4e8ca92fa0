package dev.merit.chaos.shop;

import java.util.List;
import java.util.UUID;

/** A partner with one of everything that operations need. */
public record Shop(UUID partner, String tillKey, UUID card, UUID reward, List<UUID> vouchers, UUID stampCard) {
    public Shop {
        vouchers = List.copyOf(vouchers);
    }

    @Override
    public String toString() {
        return "Shop[partner=" + partner + "]";
    }
}
