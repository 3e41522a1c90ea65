import Core

/// The next deadlines of many calls in slots of 0.5 ms, so that one timer serves them all: what falls into one slot
/// leaves together at the slot's start, at most 0.5 ms early. Adding, moving and taking are O(1) and allocate nothing.
///
/// Calls are small numbers given by the owner. Deadlines more than 32 ms ahead are kept in the last slot and put back
/// when it comes round.
struct PacingWheel {
    static let slotLength: Int64 = 500_000
    private static let slots = 64
    private static let nobody: Int32 = -1

    private struct Entry {
        var deadline: Int64 = 0
        var next = PacingWheel.nobody
        var previous = PacingWheel.nobody
        /// Slot it is linked into; `slots` is the list of those that are due, -1 is none.
        var list: Int32 = -1
    }

    private var entries: [Entry] = []
    /// First of each slot's list, and of the due list at the end.
    private var heads = [Int32](repeating: nobody, count: slots + 1)
    /// Bit s is set when slot s has entries.
    private var occupied: UInt64 = 0
    /// Absolute number of the slot up to which everything was collected.
    private var cursor: Int64 = 0

    /// The start of the earliest slot in use; nil when nothing is scheduled.
    var earliest: MonotonicTime? {
        if heads[Self.slots] != Self.nobody { return MonotonicTime(nanoseconds: cursor * Self.slotLength) }
        return earliestSlot.map { MonotonicTime(nanoseconds: $0 * Self.slotLength) }
    }

    private var earliestSlot: Int64? {
        guard occupied != 0 else { return nil }
        let turn = UInt64(truncatingIfNeeded: cursor & 63)
        let fromCursor = turn == 0 ? occupied : occupied >> turn | occupied << (64 - turn)
        return cursor + Int64(fromCursor.trailingZeroBitCount)
    }

    /// Schedules call `id` (again). Deadlines in the past become due at the next `collect`.
    mutating func schedule(_ id: Int, at deadline: MonotonicTime) {
        while entries.count <= id { entries.append(Entry()) }
        cancel(id)
        entries[id].deadline = deadline.nanoseconds
        let slot = min(max(deadline.nanoseconds / Self.slotLength, cursor), cursor + Int64(Self.slots) - 1)
        link(Int32(id), into: Int32(slot & 63))
    }

    /// Takes call `id` out; harmless when it is not in.
    mutating func cancel(_ id: Int) {
        guard id < entries.count, entries[id].list >= 0 else { return }
        let entry = entries[id]
        if entry.previous != Self.nobody {
            entries[Int(entry.previous)].next = entry.next
        } else {
            heads[Int(entry.list)] = entry.next
        }
        if entry.next != Self.nobody { entries[Int(entry.next)].previous = entry.previous }
        if heads[Int(entry.list)] == Self.nobody, entry.list < Self.slots { occupied &= ~(1 << UInt64(entry.list)) }
        entries[id].list = -1
    }

    /// Moves everything whose slot has begun at `now` to the due list. Returns whether anything is due.
    mutating func collect(_ now: MonotonicTime) -> Bool {
        let current = now.nanoseconds / Self.slotLength
        while let slot = earliestSlot, slot <= current {
            cursor = slot
            while heads[Int(slot & 63)] != Self.nobody { moveToDue(heads[Int(slot & 63)]) }
        }
        cursor = max(cursor, current)
        return heads[Self.slots] != Self.nobody
    }

    /// Takes one due call out; nil when none is left. Those that were parked beyond the horizon are put back.
    mutating func takeDue() -> Int? {
        while heads[Self.slots] != Self.nobody {
            let id = Int(heads[Self.slots])
            cancel(id)
            if entries[id].deadline / Self.slotLength <= cursor { return id }
            schedule(id, at: MonotonicTime(nanoseconds: entries[id].deadline))
        }
        return nil
    }

    private mutating func moveToDue(_ id: Int32) {
        cancel(Int(id))
        link(id, into: Int32(Self.slots))
    }

    private mutating func link(_ id: Int32, into list: Int32) {
        let head = heads[Int(list)]
        entries[Int(id)].list = list
        entries[Int(id)].next = head
        entries[Int(id)].previous = Self.nobody
        if head != Self.nobody { entries[Int(head)].previous = id }
        heads[Int(list)] = id
        if list < Self.slots { occupied |= 1 << UInt64(list) }
    }
}
