package dev.merit.registry.app;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.registry.RegistryRequest.FindPartnerMember;
import dev.merit.contracts.registry.RegistryRequest.ListMembers;
import dev.merit.contracts.registry.RegistryRequest.ListPartnerMembers;
import dev.merit.contracts.registry.RegistryRequest.Member;
import dev.merit.contracts.registry.RegistryRequest.MemberPage;
import dev.merit.contracts.registry.RegistryRequest.PartnerMember;
import dev.merit.contracts.registry.RegistryRequest.PartnerMemberPage;
import dev.merit.platform.Cursors;
import dev.merit.platform.pg.Database;
import dev.merit.registry.domain.MemberIdentifier;
import dev.merit.registry.store.MemberRange;
import dev.merit.registry.store.MemberStore;
import dev.merit.registry.store.PartnerMemberStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Members as the operator and as a partner sees them, newest first. */
public final class MemberLists {
    /** Lies above every id that a row can have: where page 1 begins. */
    private static final UUID TOP = new UUID(-1, -1);

    private final Database database;
    private final MemberStore members = new MemberStore();
    private final PartnerMemberStore partnerMembers = new PartnerMemberStore();

    public MemberLists(Database database) {
        this.database = database;
    }

    /** VALIDATION_FAILED on {@code cursor}. */
    public Future<MemberPage> listMembers(ListMembers query) {
        return slice(new Everybody(), new Wish(query.memberIdentifier(), query.q(), query.paging()))
                .map(slice -> new MemberPage(slice.items(), slice.pagination()));
    }

    /** VALIDATION_FAILED on {@code cursor}. */
    public Future<PartnerMemberPage> listPartnerMembers(ListPartnerMembers query) {
        return slice(new OfPartner(query.partner()), new Wish(query.memberIdentifier(), query.q(), query.paging()))
                .map(slice -> new PartnerMemberPage(slice.items(), slice.pagination()));
    }

    /** NOT_FOUND before the member's first contact with the partner. */
    public Future<PartnerMember> findPartnerMember(FindPartnerMember query) {
        return new OfPartner(query.partner())
                .find(query.member())
                .map(found -> found.orElseThrow(() -> Problem.notFound().asException()));
    }

    private record Wish(
            @Nullable String identifier, @Nullable String q, Paging paging) {}

    private record Slice<T>(List<T> items, Pagination pagination) {}

    /** Whose members are listed. */
    private interface Source<T> {
        Future<Optional<T>> find(MemberId member);

        Future<List<T>> list(MemberRange range);

        Future<Long> count(@Nullable String q);

        MemberId id(T row);

        @Nullable
        String name(T row);
    }

    private <T> Future<Slice<T>> slice(Source<T> source, Wish wish) {
        String identifier = wish.identifier();
        return Future.succeededFuture(wish.paging().cursor())
                .map(Cursors::read)
                .compose(behind -> identifier == null
                        ? rows(source, wish, behind == null ? TOP : behind)
                        : atMostOne(source, identifier, wish));
    }

    private static <T> Future<Slice<T>> rows(Source<T> source, Wish wish, UUID below) {
        Paging paging = wish.paging();
        boolean numbered = paging.cursor() == null;
        // One row more than asked for tells whether there is a next page.
        var range = new MemberRange(wish.q(), below, paging.perPage() + 1, numbered ? paging.offset() : 0);
        Future<List<T>> listed = source.list(range);
        Future<Long> counted = numbered ? source.count(wish.q()) : Future.succeededFuture(0L);
        return Future.all(listed, counted).map(both -> {
            List<T> found = both.resultAt(0);
            List<T> items = found.subList(0, Math.min(found.size(), paging.perPage()));
            boolean more = found.size() > items.size() && (!numbered || paging.page() == 1);
            String next = more ? Cursors.write(source.id(items.getLast()).value()) : null;
            return new Slice<>(
                    items,
                    numbered
                            ? Pagination.numbered(paging, both.<Long>resultAt(1), next)
                            : Pagination.following(paging, next));
        });
    }

    /** An identifier names one member, so the list is looked up instead of searched. */
    private <T> Future<Slice<T>> atMostOne(Source<T> source, String identifier, Wish wish) {
        Paging paging = wish.paging();
        return members.findRef(database.reads(), MemberIdentifier.of(identifier))
                .compose(found -> found.map(member -> source.find(member.id()))
                        .orElseGet(() -> Future.succeededFuture(Optional.empty())))
                .map(found -> found.filter(row -> contains(source.name(row), wish.q())))
                .map(found -> paging.cursor() == null
                        ? new Slice<>(
                                paging.page() == 1 ? found.stream().toList() : List.of(),
                                Pagination.numbered(paging, found.isPresent() ? 1 : 0, null))
                        : new Slice<>(List.of(), Pagination.following(paging, null)));
    }

    private static boolean contains(@Nullable String name, @Nullable String q) {
        return q == null || (name != null && name.toLowerCase(Locale.ROOT).contains(q.toLowerCase(Locale.ROOT)));
    }

    private final class Everybody implements Source<Member> {
        @Override
        public Future<Optional<Member>> find(MemberId member) {
            return members.findMember(database.reads(), member);
        }

        @Override
        public Future<List<Member>> list(MemberRange range) {
            return members.listMembers(database.reads(), range);
        }

        @Override
        public Future<Long> count(@Nullable String q) {
            return members.countMembers(database.reads(), q);
        }

        @Override
        public MemberId id(Member row) {
            return row.id();
        }

        @Override
        public @Nullable String name(Member row) {
            return row.name();
        }
    }

    private final class OfPartner implements Source<PartnerMember> {
        private final PartnerId partner;

        private OfPartner(PartnerId partner) {
            this.partner = partner;
        }

        @Override
        public Future<Optional<PartnerMember>> find(MemberId member) {
            return partnerMembers.findPartnerMember(database.reads(), partner, member);
        }

        @Override
        public Future<List<PartnerMember>> list(MemberRange range) {
            return partnerMembers.listPartnerMembers(database.reads(), partner, range);
        }

        @Override
        public Future<Long> count(@Nullable String q) {
            return partnerMembers.countPartnerMembers(database.reads(), partner, q);
        }

        @Override
        public MemberId id(PartnerMember row) {
            return row.id();
        }

        @Override
        public @Nullable String name(PartnerMember row) {
            return row.name();
        }
    }
}
