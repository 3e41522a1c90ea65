/// Adapts the recogniser's acoustic model to telephone sound: a linear transform of its cepstral means (MLLR).
///
/// The model was made from 16 kHz speech. The matrix maps the cepstrum of wide speech to that of the same speech after
/// 8 kHz mu-law, fitted by least squares on 77 s of German, Spanish, French, Italian, Portuguese, Japanese, Korean and
/// Chinese speech in both forms; no English clip was used, so that measurements on English ones stay honest.
/// docs/providers/local.md has the figures with and without it.
enum PhoneAdaptation {
    /// Rows of the matrix for the 13 coefficients; the same holds for their first and second differences.
    static let matrix: [[Double]] = [
        [0.801, 0.116, -0.050, 0.037, -0.023, 0.007, 0.007, -0.002, 0.007, 0.003, -0.002, 0.007, -0.004],
        [0.583, 0.647, 0.165, -0.101, 0.049, -0.019, -0.017, 0.014, -0.021, 0.004, -0.000, -0.014, 0.011],
        [-0.744, 0.390, 0.686, 0.159, -0.086, 0.032, -0.008, -0.020, 0.010, -0.012, 0.009, 0.002, -0.021],
        [0.695, -0.318, 0.303, 0.801, 0.139, -0.065, 0.059, -0.022, 0.008, 0.010, -0.017, 0.011, 0.008],
        [-0.453, 0.229, -0.201, 0.180, 0.787, 0.147, -0.114, 0.082, -0.043, 0.012, 0.008, -0.036, 0.028],
        [0.081, -0.075, 0.092, -0.096, 0.186, 0.776, 0.199, -0.153, 0.095, -0.035, 0.000, 0.048, -0.066],
        [0.229, -0.055, -0.008, 0.083, -0.135, 0.226, 0.746, 0.231, -0.154, 0.083, -0.012, -0.030, 0.073],
        [-0.434, 0.148, -0.083, -0.047, 0.087, -0.163, 0.223, 0.734, 0.206, -0.120, 0.057, -0.002, -0.036],
        [0.442, -0.160, 0.092, 0.031, -0.066, 0.120, -0.153, 0.209, 0.765, 0.185, -0.131, 0.074, -0.037],
        [-0.302, 0.132, -0.082, 0.003, 0.024, -0.063, 0.101, -0.120, 0.176, 0.773, 0.206, -0.164, 0.111],
        [0.059, -0.043, 0.006, 0.008, -0.014, 0.015, -0.029, 0.040, -0.097, 0.199, 0.743, 0.259, -0.185],
        [0.131, -0.018, 0.017, 0.015, -0.032, 0.031, -0.018, 0.010, 0.050, -0.118, 0.196, 0.716, 0.248],
        [-0.244, 0.072, -0.051, -0.020, 0.050, -0.061, 0.037, -0.042, -0.015, 0.078, -0.123, 0.211, 0.742],
    ]

    /// What the variances of the 13 coefficients are multiplied by.
    static let variances: [Double] = [
        0.68, 0.66, 1.11, 1.01, 0.94, 0.84, 0.80, 0.87, 1.00, 0.85, 0.81, 0.76, 0.87,
    ]

    /// The transform to telephone sound, as the text that pocketsphinx reads.
    static let phone = text(matrix, variances)

    /// The transform that changes nothing: back to wide sound.
    static let none = text(
        (0..<13).map { i in (0..<13).map { $0 == i ? 1.0 : 0.0 } }, [Double](repeating: 1, count: 13))

    /// One class, three streams of 13: matrix, offsets (none), variance factors.
    private static func text(_ matrix: [[Double]], _ variances: [Double]) -> String {
        let rows = (matrix + [[Double](repeating: 0, count: 13), variances]).map { row in
            row.map { "\($0)" }.joined(separator: " ")
        }
        let stream = "13\n" + rows.joined(separator: "\n") + "\n"
        return "1\n3\n" + stream + stream + stream
    }
}
