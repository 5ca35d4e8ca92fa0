package dev.merit.bench.report;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.Styler.LegendPosition;

/** A run as a picture: what each contestant did a second, from its worst round to its best. */
final class Picture {
    private static final int WIDTH = 1_100;
    private static final int HEIGHT = 560;

    private static final Color MAX = new Color(0xC9, 0xE0, 0xEE);
    private static final Color MEDIAN = new Color(0x2A, 0x6F, 0x97);
    private static final Color MIN = new Color(0x17, 0x3F, 0x57);

    private final CategoryChart chart;

    private Picture(CategoryChart chart) {
        this.chart = chart;
    }

    static Picture of(List<Result> results, List<Goal> goals) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title(goals))
                .xAxisTitle("")
                .yAxisTitle("a second")
                .build();
        var style = chart.getStyler();
        style.setOverlapped(true);
        style.setAvailableSpaceFill(0.7);
        style.setLegendPosition(LegendPosition.InsideNW);
        style.setChartBackgroundColor(Color.WHITE);
        style.setPlotBorderVisible(false);
        style.setXAxisLabelRotation(60);
        style.setYAxisDecimalPattern("#,##0");
        style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
        // The longest is drawn first, behind the others.
        add(chart, "best round", MAX, results, result -> result.rate().max());
        add(chart, "median", MEDIAN, results, result -> result.rate().median());
        add(chart, "worst round", MIN, results, result -> result.rate().min());
        return new Picture(chart);
    }

    private static String title(List<Goal> goals) {
        long reached = goals.stream().filter(Goal::isReached).count();
        return goals.isEmpty() ? "merit bench" : "merit bench: " + reached + " of " + goals.size() + " goals reached";
    }

    private static void add(
            CategoryChart chart, String name, Color color, List<Result> results, ToDoubleFunction<Result> height) {
        chart.addSeries(
                        name,
                        results.stream().map(Result::id).toList(),
                        results.stream().map(height::applyAsDouble).toList())
                .setFillColor(color);
    }

    void write(Path svg) throws IOException {
        try (OutputStream out = Files.newOutputStream(svg)) {
            VectorGraphicsEncoder.saveVectorGraphic(chart, out, VectorGraphicsFormat.SVG);
        }
    }
}
