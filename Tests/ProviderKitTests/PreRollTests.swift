import Testing

@testable import ProviderKit

@Suite struct PreRollTests {
    @Test func keepsTheNewest() {
        var ring = PreRoll(samples: 4)
        var taken = [ring.take()]
        ring.add([1, 2, 3].span)
        ring.add([4, 5].span)
        #expect(ring.count == 4)
        taken += [ring.take(), ring.take()]
        ring.add([1, 2, 3, 4, 5, 6, 7].span)
        taken.append(ring.take())
        ring.add([9].span)
        taken.append(ring.take())
        #expect(taken == [[], [2, 3, 4, 5], [], [4, 5, 6, 7], [9]])
    }
}
