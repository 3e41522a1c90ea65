import Testing

@testable import Devices

@Suite struct MixerTests {
    @Test(
        arguments: [
            ([1, 2, 3], [10, 20, 30], [11, 22, 33]), ([32_000], [32_000], [32_767]), ([-32_000], [-32_000], [-32_768]),
            ([5], [1, 1], [6, 1]), ([5, 5, 5], [1], [6]), ([], [1], [1]),
        ] as [([Int16], [Int16], [Int16])])
    func samplesAreAddedAndLimited(_ row: ([Int16], [Int16], [Int16])) {
        var target = row.1
        var span = target.mutableSpan
        Mixer.add(row.0.span, to: &span)
        #expect(target == row.2)
    }

    @Test(arguments: [([0, 0, 0], false), ([0, 0, 1], true), ([-1], true), ([], false)] as [([Int16], Bool)])
    func onlyZeroIsSilence(_ row: ([Int16], Bool)) {
        let isAudible = Mixer.isAudible(row.0.span)
        #expect(isAudible == row.1)
    }
}
