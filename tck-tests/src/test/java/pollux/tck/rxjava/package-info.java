/** The TCK over the bridges to RxJava: one class per Flowable that they show to others. */
package pollux.tck.rxjava;
