import AudioKit
import Glibc
import Testing

@Suite struct PCMRingTests {
    private func read(_ ring: PCMRing, _ count: Int) -> [Int16] {
        var buffer = [Int16](repeating: -1, count: count)
        var target = buffer.mutableSpan
        let taken = ring.read(into: &target)
        return Array(buffer.prefix(taken))
    }

    @Test func roundsCapacityUp() {
        #expect(PCMRing(capacity: 1000).capacity == 1024)
        #expect(PCMRing(capacity: 1024).capacity == 1024)
        #expect(PCMRing(capacity: -4).capacity == 1)
    }

    @Test func givesBackInOrderAroundTheEnd() {
        let ring = PCMRing(capacity: 16)
        var next: Int16 = 0
        var expected: Int16 = 0
        for _ in 0..<100 {
            let part = (0..<11).map { next + $0 }
            next += 11
            let written = ring.write(part.span)
            #expect(written == 11)
            #expect(read(ring, 11) == (0..<11).map { expected + $0 })
            expected += 11
        }
        #expect(ring.overrun == 0 && ring.underrun == 0 && ring.written == 1100 && ring.consumed == 1100)
    }

    @Test func countsWhatDoesNotFitAndWhatIsMissing() {
        let ring = PCMRing(capacity: 8)
        let ten = (0..<10).map { Int16($0) }
        let written = ring.write(ten.span)
        #expect(written == 8)
        #expect(ring.overrun == 2 && ring.count == 8)
        #expect(read(ring, 12) == (0..<8).map { Int16($0) })
        #expect(ring.underrun == 4)
        #expect(read(ring, 0).isEmpty && ring.underrun == 4)
    }

    @Test func discardDropsTheOldAndKeepsTheNew() {
        let ring = PCMRing(capacity: 64)
        ring.write([1, 2, 3].span)
        #expect(ring.discard() == 1)
        #expect(ring.count == 0)
        ring.write([4, 5].span)
        #expect(ring.count == 2)
        #expect(read(ring, 10) == [4, 5])
        #expect(ring.generation == 1 && ring.consumed == 5)
    }

    @Test func skipDropsTheOldest() {
        let ring = PCMRing(capacity: 64)
        ring.write([1, 2, 3, 4].span)
        #expect(ring.skip(3) == 3)
        #expect(read(ring, 4) == [4])
        #expect(ring.skip(5) == 0 && ring.skip(-1) == 0)
    }

    /// Two real threads; what arrives must be an ascending count with gaps only where the producer discarded.
    @Test func twoThreadsNeverSeeTornOrReorderedSamples() throws {
        let worker = Worker(ring: PCMRing(capacity: 512))
        var thread = pthread_t()
        let entry: @Sendable @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { raw in
            if let raw { Unmanaged<Worker>.fromOpaque(raw).takeUnretainedValue().produce() }
            return nil
        }
        #expect(pthread_create(&thread, nil, entry, Unmanaged.passUnretained(worker).toOpaque()) == 0)
        var last = -1
        var ascending = true
        var buffer = [Int16](repeating: 0, count: 160)
        while last < Worker.total - 1 {
            var target = buffer.mutableSpan
            let taken = worker.ring.read(into: &target)
            if taken == 0 { sched_yield() }
            for sample in buffer.prefix(taken) {
                if Int(sample) <= last % 32768, !(last % 32768 > 30000 && sample < 2000) { ascending = false }
                last += (Int(sample) - last % 32768 + 32768) % 32768
            }
        }
        pthread_join(thread, nil)
        #expect(ascending)
        #expect(worker.ring.generation > 0)
    }

    private final class Worker: Sendable {
        static let total = 400_000
        let ring: PCMRing
        init(ring: PCMRing) { self.ring = ring }

        func produce() {
            var sent = 0
            while sent < Self.total {
                let part = (sent..<min(sent + 97, Self.total)).map { Int16($0 % 32768) }
                if ring.capacity - ring.count < 200 {
                    sched_yield()
                    continue
                }
                sent += ring.write(part.span)
                if sent % (97 * 64) == 0, sent < Self.total - 1000 { ring.discard() }
            }
        }
    }
}
